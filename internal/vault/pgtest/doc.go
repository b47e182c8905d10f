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
//
// A package whose tests mean the same in both kinds of store runs them in one and
// then in the other with Twice, and opens its vaults where In puts them.
package pgtest
