package io.certferry.gateway.auditor;

/** Issuer (RFC 4514) and serial (lower-case hex): what tells certificates apart. */
record CertificateName(String issuer, String serial) {}
