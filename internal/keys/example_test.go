package keys_test

import (
	"fmt"
	"os"

	"pedigree/internal/keys"
)

// A home gets a passphrase, and its secrets are read with it from then on.
func Example() {
	dir, err := os.MkdirTemp("", "home")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	s := keys.Open(dir)
	s.Cost = 10 // leave it as it is: this is for the example to be quick
	if err := s.Create(keys.Token, []byte("a secret\n")); err != nil {
		fmt.Println(err)
	}
	if err := s.Protect("four words, or rather five"); err != nil {
		fmt.Println(err)
	}

	later := keys.Open(dir)
	if err := later.Unlock("four words, or rather five"); err != nil {
		fmt.Println(err)
	}
	secret, err := later.Read(keys.Token)
	fmt.Printf("%v %q %v\n", later.Protected(), secret, err)
	// Output: true "a secret\n" <nil>
}

// A custody seed goes to paper and back.
func ExampleSheet() {
	seed := [32]byte{31: 7}
	lines := keys.Sheet("maker", seed)
	fmt.Println(lines[7])
	_, err := keys.ParseSheetLine(8, "70O oo7 "+lines[7][8:])
	fmt.Println(err)
}
