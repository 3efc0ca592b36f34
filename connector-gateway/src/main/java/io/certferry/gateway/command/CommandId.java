package io.certferry.gateway.command;

import java.util.UUID;

/** A command's natural key: the request, the revocation or the asking event. */
public record CommandId(CommandKind kind, UUID id) {}
