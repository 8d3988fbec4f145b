# Stage 1 builds everything: the packages with their hashes, and the trained index beside the knowledge.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/run.lock pyproject.toml ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r run.lock
COPY bot bot
COPY knowledge knowledge
RUN /venv/bin/python -m bot check && echo "when did it happen" | /venv/bin/python -m bot ask
RUN /venv/bin/pip uninstall --yes editables hatchling pathspec pluggy tomlkit trove-classifiers pip

# Stage 2 is what runs: no build tools, no pip, not root.
FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home bot && install --directory --owner bot /app/data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER bot
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BOT_LISTEN=0.0.0.0:8080
EXPOSE 8080
VOLUME /app/data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
