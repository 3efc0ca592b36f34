package io.certferry.pki.certificate;

import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A certificate request whose proof of possession held.
 *
 * @param subject the requested subject
 * @param spki SubjectPublicKeyInfo, DER
 * @param sans requested alternative names
 * @param ekus requested extended key usages, OIDs
 * @param keyUsage requested bits; empty when not named
 * @param sid the requested SID, or null
 * @param extensionOids every extension requested, so that a CA can refuse those it does not know
 */
public record ParsedCsr(
    DistinguishedName subject,
    byte[] spki,
    List<SubjectAltName> sans,
    List<String> ekus,
    Set<KeyUsage> keyUsage,
    @Nullable String sid,
    List<String> extensionOids) {}
