"""创新型产业集群: municipal to national, with the science bureau of Zibo."""
