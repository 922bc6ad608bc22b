//! Portuguese.

use super::Account;

pub(super) static WORDS: Account = Account {
    title: "Entrar",
    name: "Nome ou endereço de e-mail",
    name_missing: "Digite o seu nome ou o endereço de e-mail da sua conta.",
    password: "Senha",
    password_missing: "Digite a sua senha.",
    button: "Entrar",
    wrong: "Este nome e esta senha não combinam. Ambos contam como foram digitados: veja as maiúsculas e o idioma do teclado.",
    busy: "Foram tentativas demais. Espere {seconds} segundos e tente de novo.",
    forgotten: "Esqueceu a sua senha? Peça uma nova a quem cuida deste lugar.",
    no_account: "Não tem conta? Abra o link do seu convite.",
    paste: "Cole-o aqui",
    back_to_link: "Depois de entrar, você volta ao seu convite.",
};
