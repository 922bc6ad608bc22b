DROP TABLE invitation_renewals;
