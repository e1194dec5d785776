"""Attribution: what the sightings of an arsenal add to the record of the channels by which it was filled.

Invariant of this package: plain arrays in, frozen results out; the same seed gives the same answer, whatever the order
of channels, sites and categories; where the sampler has not converged there is no answer.
"""
