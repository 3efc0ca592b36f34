/**
 * Builds every overlay with {@code kubectl kustomize} and checks what comes out without a cluster:
 * fields against published types, workloads against our policy, topics and network against the
 * arrows of DESIGN, and that whatever an object refers to is there.
 */
@NullMarked
package io.certferry.k8s;

import org.jspecify.annotations.NullMarked;
