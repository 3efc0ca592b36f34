package io.certferry.pfximport.importkey;

/** A key got a newer version; what is sealed to the older ones has to be sealed anew. */
public record KeyRotated(String tenant, String providerName, String keyName) {}
