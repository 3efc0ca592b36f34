/**
 * Users' imports as pfx-import-service tells of them: which exist, which of them a device should
 * have, and what is to be removed when one is deleted or no longer wanted. The files themselves are
 * never here.
 */
@NullMarked
package io.certferry.profile.imported;

import org.jspecify.annotations.NullMarked;
