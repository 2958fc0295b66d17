"""What a person trains: a recipe, the data it speaks of, and the way it is worked off.

recipe = Recipe(VQVAESettings(), Digits(), Plan(steps=400))
run = desk.start(recipe, visitor="ada")            # an unguessable id; a worker trains it
desk.store.picture(run)                            # what it looks like by now

The settings are plain values, kept as JSON; only workers load PyTorch.
"""
