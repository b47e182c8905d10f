// Package hostile sends a running node what an attacker would: documents that
// grow when they are read, bodies without an end, requests that stand still,
// text that means something to another program.
//
// What it keeps true of a node, in the tests of e2e/hostile and in the benchmark:
//   - each attack is answered with a refusal, or carried out as data; no attack
//     ends the process, makes it answer 500 or takes it out of service;
//   - memory grows by less than a bound while attacks run side by side;
//   - other clients are served meanwhile.
//
// The catalogue is data: a new way to attack is one more line in it.
//
//	node, err := hostile.Start(ctx, hostile.Config{Program: "bin/pedigree", Dir: dir})
//	for _, a := range hostile.Attacks() {
//		answer, err := node.Attack(ctx, a)
//	}
package hostile
