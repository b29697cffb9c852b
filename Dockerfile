FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency needs its install script, here and below.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts scripts
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are Node itself, which the image has.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production \
    FACET_HOST=0.0.0.0 \
    FACET_PORT=8420 \
    FACET_DATABASE=/data/facet.db
COPY --from=packages /app/node_modules /app/node_modules
COPY package.json LICENSE /app/
COPY migrations /app/migrations
COPY bin /app/bin
COPY --from=build /app/dist /app/dist
RUN chmod 755 /app/bin/facet.js \
 && ln -s /app/bin/facet.js /usr/local/bin/facet \
 && mkdir -p /data /etc/facet \
 && chown node:node /data
# facet.yaml and rules/ are looked for here.
WORKDIR /etc/facet
USER node
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.FACET_PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/app/bin/facet.js", "serve"]
