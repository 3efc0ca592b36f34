package io.certferry.gateway.ca;

import io.certferry.gateway.driver.CaDriver;

/** A CA that this connector reaches. */
public record ReachableCa(String caId, String kind, CaDriver driver, CaConfig.Ca config) {}
