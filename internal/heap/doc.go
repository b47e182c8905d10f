// Package heap keeps the collection of garbage rare while a program holds little.
//
// Go collects when the heap has doubled. A node that holds 20 MB and reads documents
// of 10 MB for others collects dozens of times a second, and its small requests wait
// for it. What this package keeps true:
//   - between two collections the heap may grow by Room at least;
//   - a heap that holds more than Room grows as Go's own setting has it, so memory is at
//     most what it was before and Room more; one that holds Large or more grows by half;
//   - GOGC in the environment counts instead, and GOMEMLIMIT beside it.
//
// A program keeps the room for as long as it runs:
//
//	defer heap.Keep()()
package heap
