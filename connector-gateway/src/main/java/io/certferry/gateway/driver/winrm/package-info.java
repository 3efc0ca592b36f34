/**
 * PowerShell Remoting (MS-PSRP) over WinRM (MS-WSMV), as far as it takes to run one command at a
 * constrained endpoint (JEA) and read what it printed. Names and values are data, never script.
 */
@NullMarked
package io.certferry.gateway.driver.winrm;

import org.jspecify.annotations.NullMarked;
