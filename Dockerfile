# The controller, and with it the whole command line: `docker run … loopctl plan` works too.
# The first stage makes the package; the second has it, Node, git and ssh, and no npm.

ARG NODE_VERSION=24.21.0
ARG DEBIAN=bookworm

FROM node:${NODE_VERSION}-${DEBIAN}-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# What npm packs is what runs, beside the packages that the bundle leaves outside.
RUN npm pack --pack-destination /tmp \
  && mkdir /out \
  && tar -xzf /tmp/loopctl-*.tgz -C /out --strip-components=1 \
  && npm prune --omit=dev --omit=optional \
  # Sources and builds for browsers that nothing here reads.
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src node_modules/jsforce/dist node_modules/jsforce/browser \
  && find node_modules -name '*.map' -delete \
  && mv node_modules /out/

FROM debian:${DEBIAN}-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git libatomic1 libstdc++6 openssh-client \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin loopctl \
  && install -d -m 0700 -o loopctl -g loopctl /data \
  # A configuration that is mounted belongs to somebody else.
  && git config --system --add safe.directory /config
# Node alone: npm stays behind.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /out /app

LABEL org.opencontainers.image.title="loopctl" \
  org.opencontainers.image.description="Revenue operations as code: plan, apply to Salesforce, watch for drift, run the revenue loops" \
  org.opencontainers.image.licenses="Apache-2.0"

ENV NODE_ENV=production LOOPCTL_DATA=/data HOME=/data
USER 10001:10001
# Without --repo the controller follows the folder that is mounted here.
WORKDIR /config
VOLUME /data
EXPOSE 8484
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8484/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The program itself, so that signals reach it.
ENTRYPOINT ["node", "/app/bin/loopctl.js"]
CMD ["controller", "--host", "0.0.0.0"]
