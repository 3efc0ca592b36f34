/**
 * Imported PFX files: pfx-import-service packages them for a device and hands the sealed bytes over
 * by mutual TLS; here they are offered, withdrawn and acknowledged like any package. Nothing here
 * can open one.
 */
@NullMarked
package io.certferry.issuance.imported;

import org.jspecify.annotations.NullMarked;
