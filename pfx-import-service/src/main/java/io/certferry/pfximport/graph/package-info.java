/**
 * The part of Microsoft Graph (beta) that importers of user PFX certificates speak: the entity, its
 * enumerations, key syntaxes, filters, paging, errors and headers, so that Microsoft's own SDKs and
 * import tools work unchanged.
 */
@NullMarked
package io.certferry.pfximport.graph;

import org.jspecify.annotations.NullMarked;
