FROM python:3.13-slim-trixie AS build

COPY requirements.txt /build/requirements.txt
# pip stays in the tools' environment: what is shipped is installed from outside and has none.
# Wheels only and every file by hash, so nothing of a dependency runs before its digest is checked.
RUN python -m venv /build/tools \
 && python -m venv --without-pip /opt/npm-publish-preflight \
 && /build/tools/bin/python -m pip --python /opt/npm-publish-preflight/bin/python install \
      --no-cache-dir --no-compile --no-deps --only-binary=:all: --require-hashes \
      --requirement /build/requirements.txt

COPY LICENSE /opt/npm-publish-preflight/LICENSE
COPY checker /opt/npm-publish-preflight/lib/python3.13/site-packages/checker
# Unchecked byte code is valid whatever time stamps a layer gives to the sources.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
      /opt/npm-publish-preflight/lib/python3.13/site-packages


FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="npm-publish-preflight" \
      org.opencontainers.image.description="Tells before the release whether npm will accept what a repository's workflows publish, and what to do." \
      org.opencontainers.image.licenses="Apache-2.0"

COPY --from=build /opt/npm-publish-preflight /opt/npm-publish-preflight

# -I: the working directory is a stranger's checkout, and neither a package there nor PYTHONPATH of
# the job may be imported.
ENTRYPOINT ["/opt/npm-publish-preflight/bin/python", "-I", "-m", "checker"]
