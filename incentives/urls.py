from django.urls import path

from incentives.views import pool

app_name = "incentives"

urlpatterns = [
    path("pool/", pool.pool_detail, name="pool-detail"),
    path("pool/inflow.csv", pool.pool_csv, name="pool-csv"),
    path("pool/rates/new/", pool.rate_create, name="rate-create"),
]
