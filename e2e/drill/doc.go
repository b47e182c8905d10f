// Package drill goes through what operators do to a running network when a key or a
// machine must be replaced: with four companies' nodes as the processes they are,
// under load that never pauses, by the commands that docs/operate gives.
//
// Each drill ends with what package cluster holds true, and with no validator proven
// to have signed twice. A run is repeated with its seed:
//
//	go test ./e2e/drill -seed 12345
package drill
