DROP INDEX invitations_applications;
DROP TABLE applications;
DROP TABLE application_form;
