// Package upgrade changes the rules of a running network of four companies, with two
// real programs: the one of this source, and one built with the tag upgradetest, which
// stands for a later release and knows two versions of the rules more.
//
// Under load that never pauses, the test goes through docs/operate/upgrade.md: a plan
// that is cancelled, an upgrade that all skip because it turned out bad, and one that
// is rolled out one node at a time and comes in force. What it holds:
//
//   - programs of both kinds agree on every block before the height;
//   - an old program stops before the height with exit code 6, names the release, and
//     starts no more; the new one goes on from there;
//   - the new rules count from the height on, on every node, and not before;
//   - a node that was restored from a backup of before the height stops and goes on
//     in the same way;
//   - what was promised is kept (package cluster), and every hash is the same on all
//     nodes at every height.
//
// A run is repeated with its seed:
//
//	go test ./e2e/upgrade -seed 12345
package upgrade
