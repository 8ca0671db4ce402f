# One image for web, worker and clock; compose.yaml shows how they run together.
FROM node:22-slim AS browser-files
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /site
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=browser-files /site/node_modules node_modules

# What settings ask for, with values that nobody uses: the image keeps no secret.
ENV STATIC_DIR=/site/collected
RUN export SECRET_KEY=build ENCRYPTION_KEY=build SITE_URL=https://build.example.org \
        EMAIL_HOST=build.example.org DEFAULT_FROM_EMAIL=build@example.org VAR_DIR=/tmp/build \
    && python -m tools.messages compile \
    && python manage.py vendor_static --skip-checks \
    && python manage.py collectstatic --noinput --verbosity=0 \
    && rm -rf node_modules /tmp/build

RUN useradd --create-home site && mkdir /data && chown site /data
USER site
ENV VAR_DIR=/data
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8"]
