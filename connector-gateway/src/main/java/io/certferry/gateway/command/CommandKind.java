package io.certferry.gateway.command;

/** What a command asks for. */
public enum CommandKind {
  SUBMIT,
  QUERY,
  REVOKE
}
