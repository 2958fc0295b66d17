"""The tests; they mirror latentcore, and add the pages, the browser and the layout."""
