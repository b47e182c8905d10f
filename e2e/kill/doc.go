// Package kill ends nodes of a running network at random moments, as a power cut
// of the process would, and checks that nothing that was promised is lost and
// nothing is done twice.
//
// Four companies' nodes run as processes on loopback. Clients submit entries,
// capture documents, ship and receive without a pause; a killer sends SIGKILL to
// random nodes, to two of them, and to all within 50 ms, and starts them again. What
// must hold then is what package cluster checks; and a killed node answers again
// within seconds, and none takes more memory than promised.
//
// A failing run prints its seed. The moments of the kills come from the seed; what
// the machine does meanwhile does not, so a seed narrows the search and no more:
//
//	go test ./e2e/kill -seed 12345
//	go test -tags long -timeout 60m ./e2e/kill -out ../../docs/operate/assurance.md
package kill
