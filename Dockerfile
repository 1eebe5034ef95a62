# One image for web, worker, sequencer and beat; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/hallmark
COPY requirements-bootstrap.lock requirements.lock ./
RUN python -m venv /opt/hallmark \
    && python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-bootstrap.lock \
    && /opt/uv/bin/uv pip sync --no-cache --python /opt/hallmark/bin/python \
        --require-hashes --only-binary :all: requirements.lock
COPY . .
RUN /opt/hallmark/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation -e .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/hallmark --shell /usr/sbin/nologin hallmark \
    && install -d -o hallmark -g hallmark /var/lib/hallmark
COPY --from=build /opt/hallmark /opt/hallmark
COPY --from=build /srv/hallmark /srv/hallmark
WORKDIR /srv/hallmark
ENV PATH=/opt/hallmark/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HALLMARK_DEPLOYED=1 \
    HALLMARK_VAR=/var/lib/hallmark
USER hallmark
VOLUME /var/lib/hallmark
EXPOSE 8000
# Every start runs the deployment checks first and refuses to go on when one fails.
ENTRYPOINT ["/srv/hallmark/deploy/entrypoint"]
CMD ["web"]
