// Command arrive arrives at one crash point five times.
package main

import (
	"fmt"

	"pedigree/internal/crash"
)

func main() {
	for i := range 5 {
		crash.At(crash.Folded)
		fmt.Println(i)
	}
}
