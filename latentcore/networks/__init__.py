"""Networks with latent variables: VAE, VQ-VAE and the priors over codes and pixels."""
