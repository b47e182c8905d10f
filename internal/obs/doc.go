// Package obs sets up what a node tells its operator.
//
// What it keeps true:
//   - a log line is JSON when a program reads it and text when a person does;
//   - a log names entries, heights, modules and organisations, never a person
//     and never a payload: values under keys that name a person are withheld,
//     and so is every value that is neither plain nor able to print itself;
//   - nothing here is global but what the program's main sets itself.
//
// The audit of who did what is not a log: it is on the ledger.
//
//	log := obs.NewLogger(os.Stderr, obs.Options{})
//	log.Info("applied", obs.KeyEntry, id, obs.KeyHeight, height)
package obs
