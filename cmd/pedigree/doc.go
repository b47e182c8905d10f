// Command pedigree runs a node of the ledger and works with it: capture a trading
// partner's file, ship, receive, dispense, trace a package, verify a proof.
//
// It is the only place that wires everything together; each verb has its file.
// Data go to standard output, words to standard error; with --json the output is
// one JSON document whose fields are stable. Exit codes are in exit.go and in
// docs/reference/cli.md.
package main
