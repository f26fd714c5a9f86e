"""Every type of science and technology platform: programmes, levels, cultivation, incubation and sharing records."""
