/**
 * The local stack: real Kafka, real PostgreSQL, the services as packaged, a token issuer and a demo
 * device, as a program for people and as a library for system tests and benchmarks.
 */
@NullMarked
package io.certferry.local;

import org.jspecify.annotations.NullMarked;
