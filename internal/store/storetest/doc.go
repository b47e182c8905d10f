// Package storetest says, as plainly as it can be said, what the store's hashes
// are: functions of whole maps and lists, slow and without any state, against
// which the store's own structures are tested.
//
// What it keeps true: it shares no code with the packages it judges. Only the
// hash rules of package proof are common, and a test here pins those to bytes.
package storetest
