// Package pgtest runs a PostgreSQL server for the tests of one package: a new
// cluster in a folder of its own, which syncs to the disk as in service, reached
// through a socket in that folder and by nobody else. It needs the server's
// programs (Debian: apt-get install postgresql) and fails the test without them.
//
// A package that uses it ends its tests with Run:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
//
// The server starts when the first test asks for it:
//
//	c := vault.Config{URL: pgtest.URL(t), Name: pgtest.Name(t), ...}
package pgtest
