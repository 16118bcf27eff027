# An image of nothing but the program: docker build -t quarry . && docker run --rm -v "$PWD/evidence:/data:ro" quarry run /rules -i /data
FROM rust:1.95-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
# On Alpine programs are static. The folder becomes the image's root; /tmp is for results larger than memory.
RUN cargo build --locked --release -p quarry-cli \
    && mkdir -p /image/tmp /image/data \
    && cp target/release/quarry /image/quarry \
    && cp -r rules LICENSE /image/

FROM scratch
COPY --from=build --chown=65532:65532 /image/ /
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/quarry"]
CMD ["--help"]
