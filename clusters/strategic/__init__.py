"""战略性新兴产业集群: provincial and national, with the development and reform commissions."""
