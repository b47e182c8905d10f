// Package gs1 reads and writes GS1 identifiers in all the ways they travel.
package gs1
