package io.certferry.contracts.event;

import org.jspecify.annotations.Nullable;

/**
 * The user a device belongs to, as the MDM knows them; names are the directory's (Microsoft Entra /
 * AD attribute names in camel case).
 */
public record DirectoryUser(
    String id,
    @Nullable String userName,
    @Nullable String userPrincipalName,
    @Nullable String emailAddress,
    @Nullable String onPremisesSecurityIdentifier,
    @Nullable String onPremisesDistinguishedName,
    @Nullable String onPremisesSamAccountName,
    @Nullable String commonName,
    @Nullable String givenName,
    @Nullable String surname) {}
