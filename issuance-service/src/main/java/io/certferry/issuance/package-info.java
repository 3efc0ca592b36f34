/**
 * issuance-service: competing workers that make the key pair, build the CSR, check what the CA
 * issued, package it for one device's key and deliver it. It never holds CA credentials.
 */
@NullMarked
package io.certferry.issuance;

import org.jspecify.annotations.NullMarked;
