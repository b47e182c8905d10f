// Package couriertest has partners' servers for tests: a real SFTP server (SSH File
// Transfer Protocol version 3, as OpenSSH speaks it) on a port of its own. Nothing but
// tests imports it.
//
//	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: dir})
//	credential := s.Credential()
package couriertest
