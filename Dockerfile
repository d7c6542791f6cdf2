# The service in one image: the bot, the bundled runtime and what its cases run on.
FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/tallyman
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY runtime runtime
COPY templates templates
COPY migrations migrations
RUN pip install --no-cache-dir hatchling==1.33.0 && pip install --no-cache-dir --no-deps --no-build-isolation .
ENV TALLYMAN_DATA=/var/lib/tallyman
VOLUME /var/lib/tallyman
EXPOSE 8080
CMD ["tallyman", "serve", "--host", "0.0.0.0", "--port", "8080"]
