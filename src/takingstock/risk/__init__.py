"""Risk: legal gates, policies, a forecast of diversion and the controls that would lower it. Functions of records."""
