/** What a small certificate authority needs: CA certificates, issuing, CRLs and OCSP responses. */
@NullMarked
package io.certferry.pki.ca;

import org.jspecify.annotations.NullMarked;
