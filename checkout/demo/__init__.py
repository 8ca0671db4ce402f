"""The sample data of `seed_demo`: a small world that is made through the services.

Data: `places` (cities, chapters, venues), `people`, `programs` (what happens, when, at what
price), `covers` (pictures, drawn). Makers: `stages` (an event as a plan says), `crowds` (who
came, bought, changed their mind), `world` (all of it, once). What contributors do is in
`incentives.demo`.
"""
