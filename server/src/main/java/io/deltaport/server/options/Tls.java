package io.deltaport.server.options;

import java.nio.file.Path;

/**
 * A certificate for HTTPS.
 *
 * @param certificate PEM file: the certificate, then those that lead from it to a known authority
 * @param key PEM file: its private key
 */
public record Tls(Path certificate, Path key) {}
