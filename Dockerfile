FROM python:3.13-slim-trixie AS build

COPY requirements.txt /build/requirements.txt
# pip stays in the tools' environment: what is shipped is installed from outside and has none.
# Wheels only and every file by hash, so nothing of a dependency runs before its digest is checked.
RUN python -m venv /build/tools \
 && python -m venv --without-pip /opt/npm-publish-preflight \
 && /build/tools/bin/python -m pip --python /opt/npm-publish-preflight/bin/python install \
      --no-cache-dir --no-compile --no-deps --only-binary=:all: --require-hashes \
      --requirement /build/requirements.txt \
 && find /opt/npm-publish-preflight/bin -type f -delete

COPY LICENSE /opt/npm-publish-preflight/LICENSE
COPY checker /opt/npm-publish-preflight/lib/python3.13/site-packages/checker
# Unchecked byte code is valid whatever time stamps a layer gives to the sources. One process writes
# it: what is shared among constants depends on the files that a process compiled before. The tree is
# copied with its parents and one time stamp, so that the layer says nothing of when it was made.
ARG SOURCE_DATE_EPOCH=0
RUN python -m compileall -q --invalidation-mode unchecked-hash \
      /opt/npm-publish-preflight/lib/python3.13/site-packages \
 && mkdir --parents /image/opt \
 && mv /opt/npm-publish-preflight /image/opt/ \
 && find /image -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +


FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="npm-publish-preflight" \
      org.opencontainers.image.description="Tells before the release whether npm will accept what a repository's workflows publish, and what to do." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/npm-publish-preflight/npm-publish-preflight" \
      org.opencontainers.image.documentation="https://github.com/npm-publish-preflight/npm-publish-preflight#readme"

COPY --from=build /image /

# -I: the working directory is a stranger's checkout, and neither a package there nor PYTHONPATH of
# the job may be imported.
ENTRYPOINT ["/opt/npm-publish-preflight/bin/python", "-I", "-m", "checker"]
