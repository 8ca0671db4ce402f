from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Pages by cursor: the thousandth costs what the first does."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"
