package proof

import "fmt"

// Check reads any object and verifies it, for programs that take whatever file a
// person gives them. The report is always fit to show: an object that can't be
// read has a report with the one step that failed. Options matter to bundles.
func Check(b []byte, t Trust, o Options) (Report, error) {
	object, err := Open(b)
	if err != nil {
		r := Report{Kind: objectTag(b)}
		return r, r.stop(PartFormat, err)
	}
	switch object := object.(type) {
	case Witnessed:
		return object.Verify(t, o)
	case Fork:
		r, err := object.Verify(t)
		return r.Report, err
	}
	r, err := checkObject(object, t, o)
	if err == nil {
		r.unwitnessed(o)
	}
	return r, err
}

// checkObject verifies an object that witnesses can vouch for.
func checkObject(object any, t Trust, o Options) (Report, error) {
	switch object := object.(type) {
	case Bundle:
		r, err := object.Verify(t, o)
		return r.Report, err
	case Receipt:
		r, err := object.Verify(t)
		return r.Report, err
	case StateProof:
		return object.Verify(t)
	case EventProof:
		return object.Verify(t)
	case ConsistencyProof:
		return object.Verify(t)
	default:
		return Report{}, in(PartFormat, fmt.Errorf("%w: nothing checks %T", ErrProof, object))
	}
}
