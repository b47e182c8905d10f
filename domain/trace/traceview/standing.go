package traceview

import (
	"fmt"

	"pedigree/proof"
)

// standings finds out where things stand: what is sealed or packed in something
// goes where that goes, so the status of the top-most record counts. It remembers
// containers for the next thing in them.
type standings struct {
	tx    queryer
	known map[string]int
}

func newStandings(tx queryer) *standings { return &standings{tx: tx, known: map[string]int{}} }

// of is the status that counts for an item.
func (s *standings) of(it *item) (int, error) {
	in := inside(it)
	if in == "" || it.status == StatusDispensed {
		return it.status, nil
	}
	return s.container(in, 0)
}

// container is the status that counts for what is in a container.
func (s *standings) container(path string, level int) (int, error) {
	if status, ok := s.known[path]; ok {
		return status, nil
	}
	if level > treeLevelsMax+proof.NestMax+1 {
		return 0, fmt.Errorf("couldn't tell where %s stands: it lies more than %d containers deep", path, level)
	}
	var status int
	var in string
	err := s.tx.QueryRow(`SELECT status, CASE surfaced WHEN 1 THEN COALESCE(packed_in, '') ELSE COALESCE(sealed_in, '') END FROM trace_item WHERE path = ?`, path).Scan(&status, &in)
	if err != nil {
		return 0, fmt.Errorf("couldn't tell where %s stands: %w", path, err)
	}
	if in != "" {
		if status, err = s.container(in, level+1); err != nil {
			return 0, err
		}
	}
	if len(s.known) < standingsKept {
		s.known[path] = status
	}
	return status, nil
}
