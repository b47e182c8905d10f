package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// Material is a package of which something is in the built console.
type Material struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	Licence   string `json:"licence"`   // as SPDX names it
	Integrity string `json:"integrity"` // hash of the package's archive, as package-lock.json has it (W3C Subresource Integrity)
	Text      string `json:"text"`      // of the licence
}

// materialsFile is what the build notes.
const materialsFile = "materials.json"

// Materials are the packages in the console that this program has inside, by name; none
// when it has no console.
func Materials() ([]Material, error) {
	return materials(built)
}

func materials(files fs.FS) (list []Material, err error) {
	f, err := read(files, materialsFile, "")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(f.raw, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read what the console is built from: %w", err)
	}
	return list, nil
}
